static int init(struct lcd *lcd)
{
	lcd->table = drmm_kzalloc(&lcd->drm, 1024, GFP_KERNEL);
	lcd->name = drmm_kstrdup(&lcd->drm, "name", GFP_KERNEL);
	return lcd->table && lcd->name ? 0 : -ENOMEM;
}

static void fini(struct device *dev, struct lcd *lcd)
{
	kfree(lcd->table); /* WARNING: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
	devm_kfree(dev, lcd->name); /* WARNING: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
}
