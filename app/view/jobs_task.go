package view

import "context"

// begin runs f beside the window's thread and gives what ends it before its
// time. f's context ends with the desktop too.
func begin(d Deps, f func(ctx context.Context)) (end context.CancelFunc) {
	mine, end := context.WithCancel(context.Background())
	d.Go(func(desktop context.Context) {
		defer end()
		defer context.AfterFunc(desktop, end)()
		f(mine)
	})
	return end
}
