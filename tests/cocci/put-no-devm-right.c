// A driver that has not devm_drm_dev_alloc().
static void remove(struct device *dev)
{
	struct drm_device *drm = dev_get_drvdata(dev);

	drm_dev_unregister(drm);
	drm_dev_put(drm);
}
