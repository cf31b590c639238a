#!/bin/sh
# Written by "hostd install". A change of yours is kept: "hostd uninstall" then leaves this file.
# Makes the application that gets links to a jam, and lets the system know of it.
set -eu
app="$HOME/Applications/Soul Jam.app"
info="$app/Contents/Info.plist"
mkdir -p "$HOME/Applications"
osacompile -o "$app" "$(dirname "$0")/soul-jam-join.applescript"
plutil -replace CFBundleIdentifier -string soul-jam.join "$info"
plutil -replace CFBundleURLTypes -json '[{"CFBundleURLName":"Soul Jam","CFBundleURLSchemes":["{{.Scheme}}"]}]' "$info"
# The list of properties is part of what is signed.
codesign --force --sign - "$app"
# Whatever is opened once is known.
open "$app"
