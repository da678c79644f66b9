// As driver.c, with the call on a line of its own.
static int probe(struct device *dev)
{
	struct lcd *lcd;

	lcd =
		devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
	if (IS_ERR(lcd))
		return PTR_ERR(lcd);
	return drm_dev_register(&lcd->drm, 0);
}
