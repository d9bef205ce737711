//go:build !nogui

package tray

import (
	"bytes"
	"encoding/binary"
	"image/png"
)

// icon gives a picture as the system's tray takes it: an .ico with one PNG in it,
// which every Windows since Vista reads.
func icon(picture []byte) []byte {
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return picture
	}
	var b bytes.Buffer
	for _, v := range []any{
		uint16(0), uint16(1), uint16(1), // an icon, of one picture
		uint8(size.Width), uint8(size.Height), uint8(0), uint8(0), // 256 is told as 0
		uint16(1), uint16(32), uint32(len(picture)), uint32(6 + 16),
	} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes all
	}
	b.Write(picture)
	return b.Bytes()
}
