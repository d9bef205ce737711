package opener

import (
	"context"
	"errors"
)

// Printed is how a file goes to paper.
type Printed int

// The ways. What is NotPrinted comes with an error.
const (
	NotPrinted Printed = iota
	ByDialog           // the system asks which printer, or its own program prints
	ByPrinter          // the usual printer has it
	ByViewer           // a viewer shows it, and the person prints it there
)

// Print has the file at path printed in the platform's own way; where there is none,
// or it fails, the person's viewer shows the file. The path must be absolute and the
// file exist.
func (o Opener) Print(ctx context.Context, path string) (Printed, error) {
	if err := there(path); err != nil {
		return NotPrinted, err
	}
	how, failed := printed(ctx, path)
	if failed == nil {
		return how, nil
	}
	if ctx.Err() != nil {
		return NotPrinted, failed
	}
	if err := o.Open(ctx, path); err != nil {
		return NotPrinted, errors.Join(failed, err)
	}
	return ByViewer, nil
}
