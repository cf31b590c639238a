#!/bin/sh
# A real Subsonic server, for hostd/subsonic's test against one: Supysonic as Debian packages it, unpacked into a folder and
# not installed. It needs apt-get, dpkg and python3, and no root.
#
#   supysonic.sh DIR MUSIC PORT    user alex, password on standard input; serves on 127.0.0.1 until it is ended
set -eu
dir=$(realpath "$1") music=$(realpath "$2") port=$3
read -r password
mkdir -p "$dir/debs" "$dir/root" "$dir/home"
packages="supysonic python3-flask python3-werkzeug python3-jinja2 python3-itsdangerous python3-click python3-markupsafe
  python3-pony python3-pil python3-mediafile python3-mutagen python3-requests python3-urllib3 python3-idna python3-certifi
  python3-chardet python3-charset-normalizer python3-watchdog python3-zipstream-ng python3-colorama python3-decorator
  libimagequant0 libraqm0 libwebpdemux2"
if [ ! -e "$dir/root/usr/share/supysonic" ]; then
  (cd "$dir/debs" && apt-get -qq -o APT::Sandbox::User=root download $packages) >&2
  for deb in "$dir"/debs/*.deb; do dpkg -x "$deb" "$dir/root"; done
fi
mkdir -p "$dir/home/.config/supysonic"
cat >"$dir/home/.config/supysonic/supysonic.conf" <<CONF
[base]
database_uri = sqlite:///$dir/home/supysonic.db
[webapp]
cache_dir = $dir/home/cache
[daemon]
socket = $dir/home/socket
CONF
export HOME="$dir/home" PYTHONPATH="$dir/root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH="$dir/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -dumpmachine)"
cli() { /usr/bin/python3 "$dir/root/usr/bin/supysonic-cli" "$@" >&2; }
if [ ! -e "$dir/home/supysonic.db" ]; then
  cli user add alex -p "$password"
  cli folder add music "$music"
fi
cli folder scan -f music
exec /usr/bin/python3 -c '
import sys
from supysonic.web import create_application
create_application().run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
' "$port"
