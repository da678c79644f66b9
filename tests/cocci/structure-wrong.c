static struct lcd_plane *create(struct drm_device *drm)
{
	struct lcd_plane *lcd_plane = drmm_kzalloc(drm, sizeof(*lcd_plane), GFP_KERNEL);

	return lcd_plane ?: ERR_PTR(-ENOMEM);
}

static void destroy(struct drm_plane *plane)
{
	struct lcd_plane *lcd_plane = to_lcd_plane(plane);

	drm_plane_cleanup(plane);
	kfree(lcd_plane); /* WARNING: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
}

static void destroy_devm(struct device *dev, struct lcd_plane *other)
{
	devm_kfree(dev, other); /* WARNING: drmm_ memory is freed with the DRM device, or by drmm_kfree() */
}
