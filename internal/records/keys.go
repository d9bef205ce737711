package records

// The settings' keys, as `dormer config` and the window name them.
const (
	KeyActingUser   = "acting_user"
	KeyAlertsFiles  = "alerts_files"
	KeyAlertsKinds  = "alerts_kinds"
	KeyAlertsSound  = "alerts_sound"
	KeyAlertsWhose  = "alerts_whose"
	KeyAutostart    = "autostart"
	KeyClientID     = "hover_client_id"
	KeyClientSecret = "hover_client_secret"
	KeyCopyFormats  = "copy_formats"
	KeyCopyName     = "copy_name"
	KeyCopyTo       = "copy_to"
	KeyDownloadDir  = "download_dir"
	KeyFolderNames  = "folder_names"
	KeyFormats      = "formats"
	KeyLanguage     = "language"
	KeyListen       = "listen"
	KeyNgrokToken   = "ngrok_authtoken"
	KeyPausedUntil  = "alerts_paused_until"
	KeyPrefetch     = "prefetch"
	KeyPublicURL    = "public_url"
	KeyQuietFailure = "quiet_hours_failures"
	KeyQuietHours   = "quiet_hours"
	KeyRedirectURL  = "redirect_url"
	KeyRetention    = "retention_days"
	KeyTextSize     = "text_size"
	KeyTheme        = "theme"
	KeyTunnel       = "tunnel"
	KeyUpdates      = "updates"
)

// TextSizes gives the values of [KeyTextSize] from the least to the largest, in percent.
// They are in steps of 20 because Fyne reckons a window's scale in tenths.
func TextSizes() []string { return []string{"100", "120", "140", "160", "180", "200"} }

// Values are values for settings, by their keys. An empty one takes a saved one
// back.
type Values map[string]string
