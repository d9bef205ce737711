package opener

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/go-ole/go-ole"
	"golang.org/x/sys/windows"
)

// The common dialogs of Windows (shobjidl_core.h).
var (
	openDialog  = ole.NewGUID("{DC1C5A9C-E88A-4DDE-A5A1-60F82A20AEF7}") // CLSID_FileOpenDialog
	saveDialog  = ole.NewGUID("{C0B4E2F3-BA21-4773-8DBA-335EC946EB8B}") // CLSID_FileSaveDialog
	fileDialog  = ole.NewGUID("{42F85136-DB7E-439C-85F1-E4075D135FC8}") // IID_IFileDialog
	shellItem   = ole.NewGUID("{43826D1E-E718-42EE-BC55-A1E261C37BFE}") // IID_IShellItem
	parsingName = windows.NewLazySystemDLL("shell32.dll").NewProc("SHCreateItemFromParsingName")
)

// The methods of IFileDialog and IShellItem, counted from IUnknown's first.
const (
	dialogShow       = 3
	dialogSetOptions = 9
	dialogGetOptions = 10
	dialogSetFolder  = 12
	dialogSetName    = 15
	dialogSetTitle   = 17
	dialogResult     = 20
	itemName         = 5
	pickFolders      = 0x20       // FOS_PICKFOLDERS
	forceFileSystem  = 0x40       // FOS_FORCEFILESYSTEM
	fileSystemPath   = 0x80058000 // SIGDN_FILESYSPATH
	dialogCancelled  = 0x800704C7 // HRESULT_FROM_WIN32(ERROR_CANCELLED)
)

// chosen asks by the common dialog. It runs on a thread of its own, for which COM is
// begun and ended; ctx has no say once the dialog is open.
func chosen(ctx context.Context, c choice) (string, error) {
	type answer struct {
		path string
		err  error
	}
	done := make(chan answer, 1)
	go func() { // ends with the dialog, or with the program
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		path, err := dialog(c)
		done <- answer{path, err}
	}()
	select {
	case a := <-done:
		if a.err != nil {
			return "", fmt.Errorf("%w: %w", ErrNoDialog, a.err)
		}
		return a.path, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// dialog shows the dialog and gives what was chosen, "" for nothing.
func dialog(c choice) (path string, err error) {
	if windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED) == nil { // else the thread has it already
		defer windows.CoUninitialize()
	}
	class, options := openDialog, uintptr(pickFolders|forceFileSystem)
	if c.name != "" {
		class, options = saveDialog, forceFileSystem
	}
	d, err := ole.CreateInstance(class, fileDialog)
	if err != nil {
		return "", err
	}
	defer d.Release()
	var preset uint32
	if err := method(d, dialogGetOptions, uintptr(unsafe.Pointer(&preset))); err != nil {
		return "", err
	}
	if err := method(d, dialogSetOptions, uintptr(preset)|options); err != nil {
		return "", err
	}
	for at, text := range map[int]string{dialogSetTitle: c.title, dialogSetName: c.name} {
		if text == "" {
			continue
		}
		p, err := windows.UTF16PtrFromString(text)
		if err != nil {
			return "", err
		}
		if err := method(d, at, uintptr(unsafe.Pointer(p))); err != nil {
			return "", err
		}
		runtime.KeepAlive(p)
	}
	if item := itemOf(c.start); item != nil {
		_ = method(d, dialogSetFolder, uintptr(unsafe.Pointer(item))) // else it begins where the last one ended
		item.Release()
	}
	if err := method(d, dialogShow, 0); err != nil {
		if code, ok := err.(syscall.Errno); ok && code == dialogCancelled {
			return "", nil
		}
		return "", err
	}
	var result *ole.IUnknown
	if err := method(d, dialogResult, uintptr(unsafe.Pointer(&result))); err != nil {
		return "", err
	}
	defer result.Release()
	var name *uint16
	if err := method(result, itemName, fileSystemPath, uintptr(unsafe.Pointer(&name))); err != nil {
		return "", err
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(name))
	return windows.UTF16PtrToString(name), nil
}

// itemOf gives the shell's item of a folder; nil where there is none.
func itemOf(path string) (item *ole.IUnknown) {
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	p, err := windows.UTF16PtrFromString(path)
	if err != nil || parsingName.Find() != nil {
		return nil
	}
	hr, _, _ := parsingName.Call(uintptr(unsafe.Pointer(p)), 0, uintptr(unsafe.Pointer(shellItem)), uintptr(unsafe.Pointer(&item)))
	if int32(hr) < 0 {
		return nil
	}
	return item
}

// method calls the method of an object that stands at a place of its table. What its
// arguments point to stays where it is for as long as the call takes.
//
//go:uintptrescapes
func method(object *ole.IUnknown, at int, args ...uintptr) error {
	table := (*[dialogResult + 1]uintptr)(unsafe.Pointer(object.RawVTable))
	hr, _, _ := syscall.SyscallN(table[at], append([]uintptr{uintptr(unsafe.Pointer(object))}, args...)...)
	if int32(hr) < 0 {
		return syscall.Errno(uint32(hr))
	}
	return nil
}
