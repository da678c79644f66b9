// The DRM device is allocated by devm_drm_dev_alloc() in another file.
static void remove(struct device *dev)
{
	struct drm_device *drm = dev_get_drvdata(dev);

	drm_dev_unregister(drm);
	drm_dev_put(drm); /* WARNING: the reference of devm_drm_dev_alloc() is for devres to put */
}
