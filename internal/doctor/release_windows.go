package doctor

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// release gives the version of Windows, "10.0.22631".
func release() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf("%d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}
