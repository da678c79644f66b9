static int init(struct drm_device *drm, struct device *dev)
{
	char *name = drmm_kstrdup(drm, "name", GFP_KERNEL);
	u32 *table, *lut;
	void *raw;

	table = drmm_kcalloc(drm, 256, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	lut = drmm_kmalloc_array(drm, 256, sizeof(*lut), GFP_KERNEL);
	if (!lut) {
		kvfree(table); /* ERROR: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
		return -ENOMEM;
	}
	raw = drmm_kmalloc(drm, 4096, GFP_KERNEL);
	if (fill(raw)) {
		kfree_sensitive(name); /* ERROR: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
		devm_kfree(dev, raw); /* ERROR: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
		return -EINVAL;
	}
	kfree(lut); /* ERROR: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
	return 0;
}
