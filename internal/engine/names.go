package engine

import (
	"dormer/internal/health"
	"dormer/internal/reach"
	"dormer/internal/records"
	"dormer/internal/tell"
)

// What the rooms below answer with is asked for here by the façade's own name, so that
// a face needs to know no other room.
type (
	AlertView       = records.AlertView
	CaptureView     = records.CaptureView
	EventFilter     = records.EventFilter
	EventView       = records.EventView
	FileView        = records.FileView
	Found           = records.Found
	Group           = records.Group
	JobDetail       = records.JobDetail
	JobFilter       = records.JobFilter
	JobSearch       = records.JobSearch
	JobView         = records.JobView
	Marks           = records.Marks
	ModelView       = records.ModelView
	PDF             = records.PDF
	Checklist       = records.Checklist
	MaterialLine    = records.MaterialLine
	MaterialList    = records.MaterialList
	PaperFormat     = records.PaperFormat
	PaperStep       = records.PaperStep
	PaperView       = records.PaperView
	Part            = records.Part
	RecordsOptions  = records.Options
	Setting         = records.Setting
	Shown           = records.Shown
	StructureDetail = records.StructureDetail
	Time            = records.Time
	Values          = records.Values
	UpdateStatus    = records.UpdateStatus

	CatchUpStatus = health.CatchUpStatus
	Colour        = health.Colour
	Document      = health.Document
	Facts         = health.Facts
	Finding       = health.Finding
	HoverFacts    = health.HoverFacts
	HoverStatus   = health.HoverStatus
	InboxStatus   = health.InboxStatus
	Lamp          = health.Lamp
	SignFacts     = health.SignFacts
	State         = health.State
	Status        = health.Status
	Surroundings  = health.Surroundings
	TunnelStatus  = health.TunnelStatus
	WebhookStatus = health.WebhookStatus
	WorkStatus    = health.WorkStatus

	Chain       = reach.Chain
	TunnelFacts = reach.Facts

	Notice   = tell.Notice
	Notifier = tell.Notifier
)

// The groups of jobs, the states of a file, the settings, the name under which the
// sign-in is kept, the states of the product, the colours of its lamps, and
// the actions of a notification.
const (
	GroupAll        = records.GroupAll
	GroupInProgress = records.GroupInProgress
	GroupFinished   = records.GroupFinished
	GroupFailed     = records.GroupFailed
	GroupApproval   = records.GroupApproval

	ShowAll     = records.ShowAll
	ShowStarred = records.ShowStarred
	ShowUnread  = records.ShowUnread
	ShowHidden  = records.ShowHidden

	FileReady       = records.FileReady
	FileWaiting     = records.FileWaiting
	FileSaved       = records.FileSaved
	FileUnavailable = records.FileUnavailable

	KeyActingUser   = records.KeyActingUser
	KeyAlertsFiles  = records.KeyAlertsFiles
	KeyAlertsKinds  = records.KeyAlertsKinds
	KeyAlertsSound  = records.KeyAlertsSound
	KeyAlertsWhose  = records.KeyAlertsWhose
	KeyAutostart    = records.KeyAutostart
	KeyClientID     = records.KeyClientID
	KeyClientSecret = records.KeyClientSecret
	KeyCopyFormats  = records.KeyCopyFormats
	KeyCopyName     = records.KeyCopyName
	KeyCopyTo       = records.KeyCopyTo
	KeyDownloadDir  = records.KeyDownloadDir
	KeyFolderNames  = records.KeyFolderNames
	KeyFormats      = records.KeyFormats
	KeyLanguage     = records.KeyLanguage
	KeyListen       = records.KeyListen
	KeyNgrokToken   = records.KeyNgrokToken
	KeyPausedUntil  = records.KeyPausedUntil
	KeyPrefetch     = records.KeyPrefetch
	KeyPublicURL    = records.KeyPublicURL
	KeyQuietFailure = records.KeyQuietFailure
	KeyQuietHours   = records.KeyQuietHours
	KeyRedirectURL  = records.KeyRedirectURL
	KeyRetention    = records.KeyRetention
	KeyTheme        = records.KeyTheme
	KeyTunnel       = records.KeyTunnel
	KeyUpdates      = records.KeyUpdates

	SecretTokens = records.SecretTokens

	StateSetup    = health.StateSetup
	StateStarting = health.StateStarting
	StateReady    = health.StateReady
	StateDegraded = health.StateDegraded
	StateOffline  = health.StateOffline

	Green = health.Green
	Amber = health.Amber
	Red   = health.Red

	ActOpenPDF    = tell.ActOpenPDF
	ActOpenPaper  = tell.ActOpenPaper
	ActShowJob    = tell.ActShowJob
	ActAtHover    = tell.ActAtHover
	ActShowFolder = tell.ActShowFolder
)

// The errors of what was asked for and is not known, or makes no sense; of a token that
// is not to blame; and of a computer where nothing can show a notification.
var (
	ErrUnknown = records.ErrUnknown
	ErrUsage   = records.ErrUsage

	ErrTokenRight = reach.ErrTokenRight
	ErrNoNotifier = tell.ErrNoNotifier
)

// What is asked of the rooms below.
var (
	AlertKinds      = records.AlertKinds
	At              = records.At
	CheckSetting    = records.CheckSetting
	CleanSecret     = records.CleanSecret
	Groups          = records.Groups
	ParseAlertKinds = records.ParseAlertKinds
	ParseFormats    = records.ParseFormats
	Usage           = records.Usage
)
