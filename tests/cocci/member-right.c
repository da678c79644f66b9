// A member of that name in another structure, and one that is allocated in two ways.
static int init(struct lcd *lcd)
{
	lcd->table = drmm_kzalloc(&lcd->drm, 1024, GFP_KERNEL);
	lcd->name = drmm_kstrdup(&lcd->drm, "name", GFP_KERNEL);
	return lcd->table && lcd->name ? 0 : -ENOMEM;
}

static int rename(struct lcd *lcd, const char *name)
{
	drmm_kfree(&lcd->drm, lcd->name);
	lcd->name = kstrdup(name, GFP_KERNEL);
	return lcd->name ? 0 : -ENOMEM;
}

static void fini(struct panel *panel, struct lcd *lcd)
{
	kfree(panel->table);
	kfree(lcd->name);
}
