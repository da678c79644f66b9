// The type is allocated by drmm_kzalloc(), too, and so this object may be there.
static int probe(struct device *dev)
{
	struct lcd_dsi *dsi;

	dsi = devm_kzalloc(dev, sizeof(*dsi), GFP_KERNEL);
	if (!dsi)
		return -ENOMEM;
	dev_set_drvdata(dev, dsi);
	return component_add(dev, &ops);
}

static struct lcd_dsi *create(struct drm_device *drm)
{
	struct lcd_dsi *dsi = drmm_kzalloc(drm, sizeof(*dsi), GFP_KERNEL);

	return dsi ?: ERR_PTR(-ENOMEM);
}

static int bind(struct lcd_dsi *dsi, struct drm_encoder *other)
{
	struct drm_encoder *encoder = &dsi->encoder;
	int ret;

	ret = drm_simple_encoder_init(dsi->drm, encoder, DRM_MODE_ENCODER_DSI);
	if (ret)
		return ret;
	return drm_connector_init(dsi->drm, &dsi->connector, &connector_funcs, 0);
}
