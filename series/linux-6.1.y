# The series for linux-6.1.y. A quilt series file: QUILT_PATCHES=patches.
# Tree: Debian's linux-source-6.1 (6.1.192)
# Package: linux-source-6.1
# Recipients: of 2022, and the cover letter's of today
linux-6.1.y/0001-drm-drv-Keep-error-pointers-out-of-a-DRM-minor.patch
linux-6.1.y/0002-drm-tests-helpers-Add-mock-devices-for-KUnit.patch
linux-6.1.y/0003-drm-tests-Test-how-long-a-DRM-device-lives.patch
linux-6.1.y/0004-drm-drv-Document-how-long-a-DRM-device-lives.patch
linux-6.1.y/0005-drm-doc-Show-what-a-first-KUnit-test-looks-like.patch
