@echo off
rem Written by "hostd install". A change of yours is kept: "hostd uninstall" then leaves this file.
chcp 65001 >nul
{{.Exec}}
