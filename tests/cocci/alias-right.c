// What points into devm_ memory points elsewhere when it is used.
static int probe(struct device *dev)
{
	struct lcd_dsi *dsi;

	dsi = devm_kzalloc(dev, sizeof(*dsi), GFP_KERNEL);
	if (!dsi)
		return -ENOMEM;
	dev_set_drvdata(dev, dsi);
	return component_add(dev, &ops);
}

static int bind(struct lcd_dsi *dsi, struct lcd *lcd)
{
	struct drm_encoder *encoder = &dsi->encoder;

	use(encoder);
	encoder = &lcd->encoder;
	return drm_simple_encoder_init(&lcd->drm, encoder, DRM_MODE_ENCODER_DSI);
}
