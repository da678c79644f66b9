// drm_dev_alloc() leaves its reference to the driver, also of two DRM devices.
static int bind(struct device *dev)
{
	struct drm_device *drm;
	struct lcd *lcd;
	int ret;

	lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
	if (IS_ERR(lcd))
		return PTR_ERR(lcd);
	drm = drm_dev_alloc(&render_driver, dev);
	if (IS_ERR(drm))
		return PTR_ERR(drm);
	ret = drm_dev_register(drm, 0);
	if (ret)
		drm_dev_put(drm);
	return ret;
}
