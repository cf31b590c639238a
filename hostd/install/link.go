package install

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Scheme is that of the links that open a jam in the program: soul-jam://CODE#KEY.
const Scheme = "soul-jam"

// JoinEntry opens links in a terminal, for …/applications/soul-jam-join.desktop.
func JoinEntry(p Program) ([]byte, error) {
	words := append([]string{p.Path}, p.Join...)
	if strings.ContainsAny(p.Path, `=%`) { // as in DesktopEntry
		words = throughShell(words)
	}
	// %u stands for one argument, whatever is in it; quotes around it are not allowed.
	return fill("soul-jam-join.desktop", words, map[string]any{"Exec": join(words, desktopPlain), "Scheme": Scheme})
}

// JoinLine lets desktops ask no further which program opens links; path is …/mimeapps.list of the user and entry
// the name of JoinEntry's file.
func JoinLine(path, entry string) Line {
	return Line{Path: path, Group: "[Default Applications]", Key: "x-scheme-handler/" + Scheme, Value: entry}
}

// JoinRegistry is a file for `reg import`, which lets Windows open links in a console window. No command
// interpreter sees the link: what it breaks out of its quotes with is one more argument behind "--".
func JoinRegistry(p Program) ([]byte, error) {
	words := append([]string{p.Path}, p.Join...)
	for _, word := range words {
		if strings.ContainsAny(word, `"%`) { // Windows itself replaces %1 and %PATH%, with no way to escape that
			return nil, fmt.Errorf("the command for links can hold neither a quote nor %%: %q", word)
		}
	}
	content, err := fill("soul-jam-join.reg", words, map[string]any{
		"Command": slashed(join(words, windowsWord) + ` "%1"`), "Scheme": Scheme,
	})
	if err != nil {
		return nil, err
	}
	return utf16File(strings.ReplaceAll(string(content), "\n", "\r\n")), nil
}

// utf16File is a text as Windows writes such files: every other encoding depends on the language that it speaks.
func utf16File(text string) (file []byte) {
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		file = binary.LittleEndian.AppendUint16(file, unit)
	}
	return file
}

// Text is what is in the file, to be read by a person.
func (f File) Text() string {
	if !bytes.HasPrefix(f.Content, []byte{0xff, 0xfe}) {
		return string(f.Content)
	}
	units := make([]uint16, len(f.Content)/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(f.Content[2+2*i:])
	}
	return strings.ReplaceAll(string(utf16.Decode(units)), "\r\n", "\n")
}

// JoinScript is the source of the little AppleScript application that gets the links on a Mac, and JoinBuild the shell
// script that lies beside it and makes and registers that application.
func JoinScript(p Program) ([]byte, error) {
	words := append([]string{p.Path}, p.Join...)
	command := make([]string, len(words))
	for i, word := range words {
		command[i] = "quoted form of " + appleText(word)
	}
	return fill("soul-jam-join.applescript", words, map[string]any{"Command": strings.Join(command, ` & " " & `)})
}

// JoinBuild is explained at JoinScript. It finds that by its own place, and names no other path.
func JoinBuild() ([]byte, error) {
	return fill("soul-jam-join.sh", nil, map[string]any{"Scheme": Scheme})
}
