/**
 * __devm_drm_dev_alloc - This file defines and names it, and has no use of it
 *
 *	lcd = devm_drm_dev_alloc(dev, &driver, struct lcd, drm);
 */

void *__devm_drm_dev_alloc(struct device *parent, const struct drm_driver *driver,
			   size_t size, size_t offset)
{
	/* devm_drm_dev_alloc() calls it */
	pr_debug("devm_drm_dev_alloc(): %zu\n", size); // for devm_drm_dev_alloc()
	return NULL;
}
