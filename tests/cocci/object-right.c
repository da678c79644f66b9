// DRM objects in memory that lives as long as the DRM device, beside devm_ memory.
static int init(struct drm_device *drm, struct device *dev)
{
	struct lcd *lcd = to_lcd(drm);
	struct lcd_regs *regs = devm_kzalloc(dev, sizeof(*regs), GFP_KERNEL);
	struct lcd_out *out;
	int ret;

	if (!regs)
		return -ENOMEM;
	lcd->regs = regs;
	out = drmm_kzalloc(drm, sizeof(*out), GFP_KERNEL);
	if (!out)
		return -ENOMEM;
	regs->encoder = &out->encoder;
	ret = drm_encoder_init(drm, &out->encoder, &encoder_funcs, 0, NULL);
	if (ret)
		return ret;
	/* A pointer in devm_ memory is not the object. */
	ret = drm_connector_init(drm, regs->connector, &connector_funcs, 0);
	if (ret)
		return ret;
	ret = drm_simple_encoder_init(drm, &regs->out->encoder, 0);
	if (ret)
		return ret;
	return drm_crtc_init_with_planes(drm, &lcd->crtc, &regs->plane, NULL, &crtc_funcs, NULL);
}

static int init_moved(struct drm_device *drm, struct device *dev)
{
	struct drm_encoder *encoder = devm_kzalloc(dev, sizeof(*encoder), GFP_KERNEL);

	encoder = move(encoder);
	return drm_encoder_init(drm, encoder, &encoder_funcs, 0, NULL);
}
