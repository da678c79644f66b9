// None of these puts is of the reference that the function has from devm_drm_dev_alloc().
static int probe_again(struct device *dev, struct lcd *old)
{
	struct lcd *lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);

	if (IS_ERR(lcd)) {
		lcd = old;
		drm_dev_put(&lcd->drm);
	}
	return 0;
}

static int probe_taken(struct device *dev)
{
	struct lcd *lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);

	kref_get(&lcd->drm.ref);
	drm_dev_put(&lcd->drm);
	return 0;
}

static int probe_other(struct device *dev)
{
	struct lcd *lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);

	drm_dev_put(lcd->other);
	return 0;
}
