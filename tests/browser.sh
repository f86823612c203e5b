#!/bin/sh
# Finds a chromium for the browser tests, or installs Debian's where that can be done; never fails: the tests say so.
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "安装 chromium 与中文字体 / installing chromium and a Chinese font"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null 2>&1
    if apt-get install -qq -y --no-install-recommends chromium fonts-wqy-zenhei >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "没有找到浏览器：浏览器测试将跳过；请安装 chromium 后再运行 / no browser found: the browser tests are skipped; install chromium to run them"
exit 0
