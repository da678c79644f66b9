static int init(struct drm_device *drm)
{
	u32 *table, *lut;

	table = drmm_kcalloc(drm, 256, sizeof(*table), GFP_KERNEL);
	if (fill(table))
		drmm_kfree(drm, table);
	lut = drmm_kzalloc(drm, 256, GFP_KERNEL);
	use(lut);
	lut = kmalloc(256, GFP_KERNEL);
	use(lut);
	kfree(lut);
	return 0;
}
