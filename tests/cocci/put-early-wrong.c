// The file has references of its own, and this is none of them.
static void open(struct vm_area_struct *vma)
{
	drm_dev_get(vma->vm_private_data);
}

static void close(struct vm_area_struct *vma)
{
	drm_dev_put(vma->vm_private_data);
}

static int probe(struct device *dev)
{
	struct lcd *lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
	int ret;

	if (IS_ERR(lcd))
		return PTR_ERR(lcd);
	ret = drm_dev_register(&lcd->drm, 0);
	if (ret)
		drm_dev_put(&lcd->drm); /* ERROR: the reference of devm_drm_dev_alloc() is for devres to put */
	return ret;
}
