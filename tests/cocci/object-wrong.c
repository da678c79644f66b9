static int init(struct drm_device *drm, struct device *dev)
{
	struct lcd *lcd = to_lcd(drm);
	struct lcd_plane *planes;
	struct lcd_out *out;
	struct lcd_pipe *pipe = devm_kmalloc(dev, sizeof(*pipe), GFP_KERNEL);
	int i, ret;

	planes = devm_kcalloc(dev, 2, sizeof(*planes), GFP_KERNEL);
	if (!planes)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		ret = drm_universal_plane_init(drm, &planes[i].base, 1, &plane_funcs, NULL, 0, NULL, 0, NULL); /* WARNING: drm_universal_plane_init() in devm_ memory, which is gone before the DRM device */
		if (ret)
			return ret;
	}
	lcd->crtc = devm_kzalloc(dev, sizeof(*lcd->crtc), GFP_KERNEL);
	ret = drm_crtc_init_with_planes(drm, lcd->crtc, &planes->base, NULL, &crtc_funcs, NULL); /* WARNING: drm_crtc_init_with_planes() in devm_ memory, which is gone before the DRM device */
	if (ret)
		return ret;
	out = devm_kzalloc(dev, sizeof(*out), GFP_KERNEL);
	if (!out)
		return -ENOMEM;
	ret = drm_encoder_init(drm, &out->encoder, &encoder_funcs, 0, NULL); /* WARNING: drm_encoder_init() in devm_ memory, which is gone before the DRM device */
	if (ret)
		return ret;
	if (drmm_encoder_init(drm, &out->tv.encoder, NULL, 0, NULL)) /* WARNING: drmm_encoder_init() in devm_ memory, which is gone before the DRM device */
		return -EINVAL;
	ret = drm_simple_display_pipe_init(drm, &pipe->pipe, &pipe_funcs, NULL, 0, NULL, NULL); /* WARNING: drm_simple_display_pipe_init() in devm_ memory, which is gone before the DRM device */
	if (ret)
		return ret;
	return drm_connector_init(drm, &out->connector, &connector_funcs, 0); /* WARNING: drm_connector_init() in devm_ memory, which is gone before the DRM device */
}
