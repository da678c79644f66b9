// SPDX-License-Identifier: GPL-2.0
/*
 * What the driver in the documentation leaves out, for make docs to build it: it is
 * included here as docs-driver.h.
 */

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>

#include <linux/err.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

static const struct drm_driver example_drm_driver;

#include "docs-driver.h"

static const struct drm_ioctl_desc example_ioctls[] = {
	{ .func = example_read, .name = "EXAMPLE_READ" },
};

static const struct file_operations example_fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
};

static const struct drm_driver example_drm_driver = {
	.fops = &example_fops,
	.ioctls = example_ioctls,
	.num_ioctls = ARRAY_SIZE(example_ioctls),
	.name = "example",
	.desc = "The example of the documentation",
};

static struct platform_driver example_platform_driver = {
	.driver = { .name = "drm-docs-example" },
	.probe = example_probe,
	.remove = example_remove,
};
module_platform_driver(example_platform_driver);

MODULE_DESCRIPTION("The example of the documentation");
MODULE_LICENSE("GPL");
