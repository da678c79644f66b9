// Its type is allocated in two ways.
static struct lcd_plane *create(struct drm_device *drm)
{
	struct lcd_plane *lcd_plane = drmm_kzalloc(drm, sizeof(*lcd_plane), GFP_KERNEL);

	return lcd_plane ?: ERR_PTR(-ENOMEM);
}

static struct lcd_plane *create_spare(void)
{
	struct lcd_plane *spare = kzalloc_obj(*spare);

	return spare ?: ERR_PTR(-ENOMEM);
}

static void destroy(struct lcd_plane *lcd_plane)
{
	kfree(lcd_plane);
}
