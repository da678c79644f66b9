// A reference that another function has taken without drm_dev_get() is put.
static struct lcd *lcd_get(void)
{
	struct lcd *lcd = READ_ONCE(the_lcd);

	if (lcd && !kref_get_unless_zero(&lcd->drm.ref))
		lcd = NULL;
	return lcd;
}

static void show(void)
{
	struct lcd *lcd = lcd_get();

	if (!lcd)
		return;
	use(lcd);
	drm_dev_put(&lcd->drm);
}
