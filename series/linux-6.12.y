# The series for linux-6.12.y. A quilt series file: QUILT_PATCHES=patches.
# Tree: Debian's linux-source-6.12 (6.12.117)
# Package: linux-source-6.12
# Defects: D2 D3 D4 D5
linux-6.12.y/0001-drm-drv-Don-t-leak-a-refused-DRM-device-s-parent.patch
linux-6.12.y/0002-drm-drv-Keep-error-pointers-out-of-a-DRM-minor.patch
linux-6.12.y/0003-drm-tests-helpers-Return-errors-don-t-assert.patch
linux-6.12.y/0004-drm-tests-helpers-Say-who-owns-the-mock-driver.patch
linux-6.12.y/0005-drm-tests-helpers-Return-a-DRM-device-s-container.patch
linux-6.12.y/0006-drm-tests-helpers-Bind-mock-devices-to-one-driver.patch
linux-6.12.y/0007-drm-tests-helpers-Fail-a-test-for-a-wrong-free.patch
linux-6.12.y/0008-drm-tests-Test-how-long-a-DRM-device-lives.patch
linux-6.12.y/0009-drm-drv-Document-how-long-a-DRM-device-lives.patch
linux-6.12.y/0010-drm-doc-Show-what-a-first-KUnit-test-looks-like.patch
