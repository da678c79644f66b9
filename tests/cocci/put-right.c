// Another reference than that of devm_drm_dev_alloc() is put.
static int probe(struct device *dev)
{
	struct lcd *lcd;

	lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
	if (IS_ERR(lcd))
		return PTR_ERR(lcd);
	return drm_dev_register(&lcd->drm, 0);
}

static void open(struct vm_area_struct *vma)
{
	drm_dev_get(vma->vm_private_data);
}

static void close(struct vm_area_struct *vma)
{
	drm_dev_put(vma->vm_private_data);
}

static int probe_and_hold(struct device *dev)
{
	struct lcd *lcd;
	int ret;

	lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
	if (IS_ERR(lcd))
		return PTR_ERR(lcd);
	drm_dev_get(&lcd->drm);
	ret = drm_dev_register(&lcd->drm, 0);
	if (ret)
		drm_dev_put(&lcd->drm);
	return ret;
}
