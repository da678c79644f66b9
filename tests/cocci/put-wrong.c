static void release(void *data)
{
	struct lcd *lcd = data;

	drm_dev_put(&lcd->drm); /* WARNING: the reference of devm_drm_dev_alloc() is for devres to put */
}

static int probe(struct device *dev)
{
	struct lcd *lcd;
	int ret;

	lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
	if (IS_ERR(lcd))
		return PTR_ERR(lcd);
	ret = devm_add_action_or_reset(dev, release, lcd);
	if (ret)
		return ret;
	ret = devm_add_action(dev, (void (*)(void *))drm_dev_put, &lcd->drm); /* WARNING: the reference of devm_drm_dev_alloc() is for devres to put */
	if (ret)
		return ret;
	ret = drm_dev_register(&lcd->drm, 0);
	if (ret)
		goto err_put;
	return 0;

err_put:
	drm_dev_put(&lcd->drm); /* ERROR: the reference of devm_drm_dev_alloc() is for devres to put */
	return ret;
}

static void unplug(struct device *dev)
{
	drm_put_dev(dev_get_drvdata(dev)); /* WARNING: the reference of devm_drm_dev_alloc() is for devres to put */
}

static void remove(struct device *dev)
{
	struct drm_device *drm = dev_get_drvdata(dev);

	drm_dev_unregister(drm);
	drm_dev_put(drm); /* WARNING: the reference of devm_drm_dev_alloc() is for devres to put */
}
