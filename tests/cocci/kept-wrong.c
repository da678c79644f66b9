static int probe(struct device *dev)
{
	struct lcd_dsi *dsi;

	dsi = devm_kzalloc(dev, sizeof(*dsi), GFP_KERNEL);
	if (!dsi)
		return -ENOMEM;
	dev_set_drvdata(dev, dsi);
	return component_add(dev, &ops);
}

static int init_connector(struct lcd_dsi *dsi)
{
	return drm_connector_init(dsi->drm, &dsi->out.connector, &connector_funcs, 0); /* WARNING: drm_connector_init() in devm_ memory, which is gone before the DRM device */
}

static int bind(struct device *dev, struct device *master, void *data)
{
	struct lcd_dsi *dsi = dev_get_drvdata(dev);
	struct drm_encoder *encoder = &dsi->encoder;
	int ret;

	dsi->drm = data;
	encoder->possible_crtcs = 1;
	ret = drm_simple_encoder_init(dsi->drm, encoder, DRM_MODE_ENCODER_DSI); /* WARNING: drm_simple_encoder_init() in devm_ memory, which is gone before the DRM device */
	if (ret)
		return ret;
	return init_connector(dsi);
}
