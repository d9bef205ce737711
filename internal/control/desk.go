package control

import (
	"context"
	"encoding/json"
	"io"
	"iter"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/roof"
	"dormer/internal/say"
	"dormer/internal/window"
)

var (
	_ engine.Desk = (*Client)(nil)
	_ window.Host = (*Client)(nil)
)

// Show implements [window.Host].
func (c *Client) Show(ctx context.Context, at window.Place) error { return tell(ctx, c, "Show", at) }

// Attend implements [window.Host].
func (c *Client) Attend(ctx context.Context, pid int) iter.Seq2[window.Order, error] {
	return stream[window.Order](ctx, c, "Attend", pid)
}

// Drawn implements [window.Host].
func (c *Client) Drawn(ctx context.Context, n int) error { return tell(ctx, c, "Drawn", n) }

// CannotDraw implements [window.Host].
func (c *Client) CannotDraw(ctx context.Context, why window.Refusal) error {
	return tell(ctx, c, "CannotDraw", why)
}

// Tray implements [window.Host].
func (c *Client) Tray(ctx context.Context) (bool, error) { return ask[bool](ctx, c, "Tray") }

// Renew implements [window.Host].
func (c *Client) Renew(ctx context.Context) error { return obeyed(tell(ctx, c, "Renew")) }

// Stop implements [window.Host].
func (c *Client) Stop(ctx context.Context) error { return obeyed(tell(ctx, c, "Stop")) }

// The questions of [engine.Desk], a line each. Files and folders are those of the
// process that answers: paths must be absolute.

// Jobs implements [engine.Reads].
func (c *Client) Jobs(ctx context.Context, f engine.JobFilter) iter.Seq2[engine.JobView, error] {
	return whole(stream[engine.JobView](ctx, c, "Jobs", f))
}

// Job implements [engine.Reads].
func (c *Client) Job(ctx context.Context, id hover.JobID) (engine.JobView, error) {
	return ask[engine.JobView](ctx, c, "Job", id)
}

// Events implements [engine.Reads].
func (c *Client) Events(ctx context.Context, f engine.EventFilter) iter.Seq2[engine.EventView, error] {
	return eventPages(f, func(f engine.EventFilter) iter.Seq2[engine.EventView, error] {
		return whole(stream[engine.EventView](ctx, c, "Events", f))
	})
}

// Alerts implements [engine.Reads].
func (c *Client) Alerts(ctx context.Context) iter.Seq2[engine.AlertView, error] {
	return whole(stream[engine.AlertView](ctx, c, "Alerts"))
}

// Figures implements [engine.Reads].
func (c *Client) Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error) {
	return list[figures.Figures](ctx, c, "Figures", id, models)
}

// AllFigures implements [engine.Reads].
func (c *Client) AllFigures(ctx context.Context, ask bool) iter.Seq2[figures.Figures, error] {
	return whole(stream[figures.Figures](ctx, c, "AllFigures", ask))
}

// Settings implements [engine.Reads].
func (c *Client) Settings(ctx context.Context) ([]engine.Setting, error) {
	return list[engine.Setting](ctx, c, "Settings")
}

// Set implements [engine.Reads].
func (c *Client) Set(ctx context.Context, values engine.Values) error {
	return tell(ctx, c, "Set", values)
}

// Export implements [engine.Reads].
func (c *Client) Export(ctx context.Context, format string, w io.Writer) error {
	return write(ctx, c, w, "Export", format)
}

// Backup implements [engine.Reads].
func (c *Client) Backup(ctx context.Context, path string) error { return tell(ctx, c, "Backup", path) }

// Doctor implements [engine.Reads].
func (c *Client) Doctor(ctx context.Context) ([]engine.Finding, error) {
	return list[engine.Finding](ctx, c, "Doctor")
}

// Delivery implements [engine.Reads].
func (c *Client) Delivery(ctx context.Context) ([]byte, error) {
	return ask[[]byte](ctx, c, "Delivery")
}

// Diagnostics implements [engine.Reads].
func (c *Client) Diagnostics(ctx context.Context, findings []engine.Finding) ([]engine.Document, error) {
	return list[engine.Document](ctx, c, "Diagnostics", findings)
}

// Status implements [engine.Desk].
func (c *Client) Status(ctx context.Context) (engine.Status, error) {
	return ask[engine.Status](ctx, c, "Status")
}

// Watch implements [engine.Desk]. The channel is also closed when the running
// Dormer ends.
func (c *Client) Watch(ctx context.Context) <-chan engine.Hint {
	return channel(ctx, stream[engine.Hint](ctx, c, "Watch"))
}

// BeginLogin implements [engine.Desk].
func (c *Client) BeginLogin(ctx context.Context) (engine.Login, error) {
	return ask[engine.Login](ctx, c, "BeginLogin")
}

// FinishLogin implements [engine.Desk].
func (c *Client) FinishLogin(ctx context.Context, pasted string) error {
	return tell(ctx, c, "FinishLogin", pasted)
}

// WaitLogin implements [engine.Desk].
func (c *Client) WaitLogin(ctx context.Context, id string) error {
	return tell(ctx, c, "WaitLogin", id)
}

// Logout implements [engine.Desk].
func (c *Client) Logout(ctx context.Context) error { return tell(ctx, c, "Logout") }

// Get implements [engine.Desk].
func (c *Client) Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return stream[engine.Progress](ctx, c, "Get", r)
}

// CreateCapture implements [engine.Desk].
func (c *Client) CreateCapture(ctx context.Context, r hover.NewCaptureRequest) (engine.CaptureView, error) {
	return ask[engine.CaptureView](ctx, c, "CreateCapture", r)
}

// Captures implements [engine.Desk].
func (c *Client) Captures(ctx context.Context) ([]engine.CaptureView, error) {
	return list[engine.CaptureView](ctx, c, "Captures")
}

// DeleteCapture implements [engine.Desk].
func (c *Client) DeleteCapture(ctx context.Context, id hover.CaptureRequestID) error {
	return tell(ctx, c, "DeleteCapture", id)
}

// TestJob implements [engine.Desk].
func (c *Client) TestJob(ctx context.Context, id hover.JobID, state hover.JobState) error {
	return tell(ctx, c, "TestJob", id, state)
}

// Replay implements [engine.Desk].
func (c *Client) Replay(ctx context.Context, seqs []uint64) (int, error) {
	return ask[int](ctx, c, "Replay", seqs)
}

// Compact implements [engine.Desk].
func (c *Client) Compact(ctx context.Context) error { return tell(ctx, c, "Compact") }

// CatchUp implements [engine.Desk].
func (c *Client) CatchUp(ctx context.Context) error { return tell(ctx, c, "CatchUp") }

// MarkRead implements [engine.Desk].
func (c *Client) MarkRead(ctx context.Context, ids ...uint64) error {
	return tell(ctx, c, "MarkRead", ids)
}

// ReviveWork implements [engine.Desk].
func (c *Client) ReviveWork(ctx context.Context) (int, error) { return ask[int](ctx, c, "ReviveWork") }

// Act implements [engine.Desk].
func (c *Client) Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error {
	return tell(ctx, c, "Act", action, id, model)
}

// FindJobs implements [engine.Desk].
func (c *Client) FindJobs(ctx context.Context, q engine.JobSearch) (engine.Found, error) {
	return ask[engine.Found](ctx, c, "FindJobs", q)
}

// MarkJob implements [engine.Desk].
func (c *Client) MarkJob(ctx context.Context, id hover.JobID, m engine.Marks) error {
	return tell(ctx, c, "MarkJob", id, m)
}

// ReadJob implements [engine.Desk].
func (c *Client) ReadJob(ctx context.Context, id hover.JobID) error {
	return tell(ctx, c, "ReadJob", id)
}

// JobRows implements [engine.Desk].
func (c *Client) JobRows(ctx context.Context, ids []hover.JobID) ([]engine.JobView, error) {
	return list[engine.JobView](ctx, c, "JobRows", ids)
}

// SearchHover implements [engine.Desk].
func (c *Client) SearchHover(ctx context.Context, search string) iter.Seq2[int, error] {
	return stream[int](ctx, c, "SearchHover", search)
}

// Detail implements [engine.Desk].
func (c *Client) Detail(ctx context.Context, id hover.JobID) (engine.JobDetail, error) {
	return ask[engine.JobDetail](ctx, c, "Detail", id)
}

// RefreshJob implements [engine.Desk].
func (c *Client) RefreshJob(ctx context.Context, id hover.JobID) error {
	return tell(ctx, c, "RefreshJob", id)
}

// Picture implements [engine.Desk].
func (c *Client) Picture(ctx context.Context, id hover.JobID, model hover.ModelID, part engine.Part) (string, error) {
	return ask[string](ctx, c, "Picture", id, model, part)
}

// Roof implements [engine.Desk].
func (c *Client) Roof(ctx context.Context, id hover.JobID, model hover.ModelID) (roof.Plan, error) {
	return ask[roof.Plan](ctx, c, "Roof", id, model)
}

// EventPage implements [engine.Desk].
func (c *Client) EventPage(
	ctx context.Context, f engine.EventFilter, before uint64, limit int,
) ([]engine.EventView, error) {
	return list[engine.EventView](ctx, c, "EventPage", f, before, limit)
}

// Quarantined implements [engine.Desk].
func (c *Client) Quarantined(ctx context.Context) ([]engine.EventView, error) {
	return list[engine.EventView](ctx, c, "Quarantined")
}

// AlertPage implements [engine.Desk].
func (c *Client) AlertPage(ctx context.Context, before string, limit int) ([]engine.AlertView, error) {
	return list[engine.AlertView](ctx, c, "AlertPage", before, limit)
}

// Unread implements [engine.Desk].
func (c *Client) Unread(ctx context.Context) (int, error) { return ask[int](ctx, c, "Unread") }

// Papers implements [engine.Reads].
func (c *Client) Papers(ctx context.Context, id hover.JobID) ([]engine.PaperView, error) {
	return list[engine.PaperView](ctx, c, "Papers", id)
}

// OpenPaper implements [engine.Desk].
func (c *Client) OpenPaper(ctx context.Context, kind, id string) error {
	return tell(ctx, c, "OpenPaper", kind, id)
}

// MeasuredAt implements [engine.Desk].
func (c *Client) MeasuredAt(ctx context.Context, a hover.Address) ([]engine.JobView, error) {
	return list[engine.JobView](ctx, c, "MeasuredAt", a)
}

// TryToken implements [engine.Desk].
func (c *Client) TryToken(ctx context.Context, token string) (url string, err error) {
	return ask[string](ctx, c, "TryToken", token)
}

// TryClient implements [engine.Desk].
func (c *Client) TryClient(ctx context.Context, id, secret string) error {
	return tell(ctx, c, "TryClient", id, secret)
}

// RedirectURL implements [engine.Desk].
func (c *Client) RedirectURL(ctx context.Context) (string, error) {
	return ask[string](ctx, c, "RedirectURL")
}

// Users implements [engine.Desk].
func (c *Client) Users(ctx context.Context) ([]hover.User, error) {
	return list[hover.User](ctx, c, "Users")
}

// TryNotice implements [engine.Desk].
func (c *Client) TryNotice(ctx context.Context) error { return tell(ctx, c, "TryNotice") }

// TestChain implements [engine.Desk].
func (c *Client) TestChain(ctx context.Context) (engine.Chain, error) {
	return ask[engine.Chain](ctx, c, "TestChain")
}

// Reconnect implements [engine.Desk].
func (c *Client) Reconnect(ctx context.Context) error { return tell(ctx, c, "Reconnect") }

// Reregister implements [engine.Desk].
func (c *Client) Reregister(ctx context.Context) error { return tell(ctx, c, "Reregister") }

// Stranger implements [engine.Desk].
func (c *Client) Stranger(ctx context.Context) (engine.Stranger, bool, error) {
	return ask2[engine.Stranger, bool](ctx, c, "Stranger")
}

// AcceptStranger implements [engine.Desk].
func (c *Client) AcceptStranger(ctx context.Context) error { return tell(ctx, c, "AcceptStranger") }

// FetchUpdate implements [engine.Desk].
func (c *Client) FetchUpdate(ctx context.Context) (string, error) {
	return ask[string](ctx, c, "FetchUpdate")
}

// HandOver implements [engine.Desk].
func (c *Client) HandOver(ctx context.Context, how engine.Handing, id hover.JobID, model hover.ModelID) (say.Text, error) {
	return ask[say.Text](ctx, c, "HandOver", how, id, model)
}

// OpenPath implements [engine.Desk].
func (c *Client) OpenPath(ctx context.Context, path string) error {
	return tell(ctx, c, "OpenPath", path)
}

// ClosedToTray implements [engine.Desk].
func (c *Client) ClosedToTray(ctx context.Context) error { return tell(ctx, c, "ClosedToTray") }

// OpenURL implements [engine.Desk].
func (c *Client) OpenURL(ctx context.Context, url string) error { return tell(ctx, c, "OpenURL", url) }

// Speak implements [engine.Desk].
func (c *Client) Speak(ctx context.Context, system say.Language) error {
	return tell(ctx, c, "Speak", system)
}

// Remember implements [engine.Desk].
func (c *Client) Remember(ctx context.Context, name string, value json.RawMessage) error {
	return tell(ctx, c, "Remember", name, value)
}

// Recall implements [engine.Desk].
func (c *Client) Recall(ctx context.Context, name string) (json.RawMessage, error) {
	return ask[json.RawMessage](ctx, c, "Recall", name)
}
