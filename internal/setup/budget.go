package setup

import (
	"time"

	"dormer/internal/hoverapi"
)

// Hover's limits as we keep them: its docs allow 120 requests a minute; we stay
// below, and keep a part for what a person waits for.
const (
	budget         = 100
	budgetReserved = 20
	budgetWindow   = time.Minute
)

// newBudget gives what may be asked of Hover, all of it unspent.
func newBudget() *hoverapi.Budget {
	return hoverapi.NewBudget(budget, budgetReserved, budgetWindow, time.Now)
}
