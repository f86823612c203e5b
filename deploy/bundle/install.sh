#!/bin/sh
# Installs zhiyin from this folder into DIR (default ./zhiyin) without a network:  sh install.sh [DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$PWD/zhiyin}
cd "$here"
sha256sum --quiet --check SHA256SUMS || { echo "文件与校验和不符，请重新拷贝 / the files differ from their checksums, copy them again"; exit 1; }
wanted=$(ls wheels | sed -n 's/.*-cp\(3\)\([0-9][0-9]\)-cp3.*/\1.\2/p' | sort | uniq -c | sort -rn | awk 'NR==1{print $2}')
python=
for p in "python$wanted" python3; do
    if command -v "$p" >/dev/null 2>&1 && [ "$("$p" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$wanted" ]; then python=$p; break; fi
done
[ -n "$python" ] || { echo "需要 Python $wanted / Python $wanted is needed"; exit 1; }
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps wheels/*.whl
mkdir -p "$target/share"
cp operations.md zhiyin.service LICENSE "$target/share/"
"$target/bin/zhiyin" --version
echo "启动 / start: $target/bin/zhiyin serve"
