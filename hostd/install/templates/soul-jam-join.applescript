-- Written by "hostd install". A change of yours is kept: "hostd uninstall" then leaves this file.
-- soul-jam-join.sh, beside it, makes an application of it.

-- Any web page can have a link opened, and Terminal types what it is told into a shell: nothing goes
-- there but letters, digits and the few signs that a link to a jam is made of.
property allowed : id of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#&=%"

on open location theLink
	if length of theLink > 1000 then return
	repeat with codePoint in (id of theLink) as list
		if allowed does not contain {contents of codePoint} then return
	end repeat
	set theCommand to {{.Command}} & " " & quoted form of theLink
	tell application "Terminal"
		activate
		do script "exec " & theCommand
	end tell
end open location
