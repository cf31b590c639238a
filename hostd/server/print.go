package server

import (
	"fmt"
	"io"
	"strings"

	"rsc.io/qr"

	"soul-jam/shared/wire"
)

// PrintJam shows link, code, the four words and the QR in a terminal.
func PrintJam(out io.Writer, jam wire.ConsoleJam) {
	fmt.Fprintf(out, "\n  link  %s\n  code  %s\n", jam.URL, jam.ShareCode)
	if len(jam.Words) > 0 {
		fmt.Fprintf(out, "  words %s   (friends at a terminal see the same four)\n", strings.Join(jam.Words, " "))
	}
	fmt.Fprintln(out)
	if picture, err := qr.Encode(jam.URL, qr.L); err == nil {
		fmt.Fprintln(out, terminalQR(picture))
	}
}

// terminalQR draws two modules per character, one above the other. The light ones
// are drawn, with a border of two, so that it can be read in a dark terminal, and
// by most phones in a light one.
func terminalQR(c *qr.Code) string {
	const border = 2
	light := func(x, y int) bool { return !c.Black(x, y) } // outside the code Black is false
	var b strings.Builder
	for y := -border; y < c.Size+border; y += 2 {
		b.WriteString("  ")
		for x := -border; x < c.Size+border; x++ {
			switch upper, lower := light(x, y), light(x, y+1); {
			case upper && lower:
				b.WriteRune('█')
			case upper:
				b.WriteRune('▀')
			case lower:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
