package engine

import (
	"dormer/internal/doctor"
	"dormer/internal/gallery"
	"dormer/internal/health"
	"dormer/internal/reach"
	"dormer/internal/records"
	"dormer/internal/signin"
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
	Org             = records.Org
	PDF             = records.PDF
	MaterialLine    = records.MaterialLine
	PaperFormat     = records.PaperFormat
	PaperView       = records.PaperView
	Part            = records.Part
	Setting         = records.Setting
	Shown           = records.Shown
	StructureDetail = records.StructureDetail
	Time            = records.Time
	Values          = records.Values
	UpdateStatus    = records.UpdateStatus

	CatchUpStatus = health.CatchUpStatus
	Colour        = health.Colour
	Document      = health.Document
	Finding       = health.Finding
	HoverStatus   = health.HoverStatus
	Lamp          = health.Lamp
	State         = health.State
	Status        = health.Status
	TunnelStatus  = health.TunnelStatus
	WebhookStatus = health.WebhookStatus

	Chain = reach.Chain

	Login    = signin.Login
	Stranger = signin.Stranger
)

// The groups of jobs, the states of a file, the settings, the states of the product, the
// colours of its lamps, and the actions of a notification.
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
	KeyTextSize     = records.KeyTextSize
	KeyTheme        = records.KeyTheme
	KeyTunnel       = records.KeyTunnel
	KeyUpdates      = records.KeyUpdates

	StateSetup    = health.StateSetup
	StateStarting = health.StateStarting
	StateReady    = health.StateReady
	StateDegraded = health.StateDegraded
	StateOffline  = health.StateOffline

	Green = health.Green
	Amber = health.Amber
	Red   = health.Red

	ActOpenPDF    = tell.ActOpenPDF
	ActAtHover    = tell.ActAtHover
	ActShowFolder = tell.ActShowFolder
)

// The errors of what was asked for and is not known, and of a computer where nothing can
// show a notification.
var (
	ErrUnknown    = records.ErrUnknown
	ErrNoNotifier = tell.ErrNoNotifier
)

// What is asked of the rooms below.
var (
	AlertKinds      = records.AlertKinds
	At              = records.At
	CheckSetting    = records.CheckSetting
	FitPicture      = gallery.Fit
	Groups          = records.Groups
	ParseAlertKinds = records.ParseAlertKinds
	ParseFormats    = records.ParseFormats
	TextSizes       = records.TextSizes
	Usage           = records.Usage
	WithManifest    = doctor.WithManifest
)
