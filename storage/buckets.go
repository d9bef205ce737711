package storage

// The buckets. An index's name starts with that of what it finds.
const (
	bucketMeta = "meta" // schema, installation id, counts

	bucketEvents        = "events"         // seq -> record
	bucketEventsJob     = "events.job"     // job, seq ->
	bucketEventsName    = "events.name"    // event name, seq ->
	bucketEventsTwice   = "events.twice"   // seq -> ; those that came twice
	bucketEventsVerdict = "events.verdict" // seq -> record of what a later judgement says
	bucketQuarantine    = "quarantine"     // seq of its own -> record
	bucketJobs          = "jobs"           // id -> time of the list row, JSON
	bucketJobsList      = "jobs.list"      // updated, id -> state, search text
	bucketInvitations   = "invitations"    // id -> JSON
	bucketWork          = "work"           // kind, key -> JSON
	bucketWorkDue       = "work.due"       // due, kind, key ->
	bucketWorkDead      = "work.dead"      // kind, key ->
	bucketAlerts        = "alerts"         // id -> JSON
	bucketAlertsKey     = "alerts.key"     // key -> id
	bucketAlertsNew     = "alerts.new"     // id -> ; those nobody has read
	bucketFiles         = "files"          // job, model, key -> JSON
	bucketSettings      = "settings"       // key -> text
	bucketDocs          = "docs"           // key -> JSON
	bucketPapers        = "papers"         // see papers.go
)

// buckets are those of the newest schema.
var buckets = []string{
	bucketMeta, bucketEvents, bucketEventsJob, bucketEventsName, bucketEventsTwice, bucketEventsVerdict, bucketQuarantine,
	bucketJobs, bucketJobsList, bucketInvitations, bucketWork, bucketWorkDue, bucketWorkDead,
	bucketAlerts, bucketAlertsKey, bucketAlertsNew, bucketFiles, bucketSettings, bucketDocs, bucketPapers,
}

var (
	keySchema       = []byte("schema")
	keyInstallation = []byte("installation")
	keyClosed       = []byte("closed") // when the file was closed in order; see closed.go
)

const installationSize = 16

// count names a stored count.
type count string

const (
	countEvents     count = "count.events"     // stored events
	countDuplicates count = "count.duplicates" // of them, those labelled duplicate
	countRejected   count = "count.rejected"   // ever quarantined
	countQuarantine count = "count.quarantine" // still in the ring
	countPending    count = "count.pending"    // rows of work to do
	countDead       count = "count.dead"       // rows of work given up
	countUnread     count = "count.unread"     // alerts nobody has read
	countJobs       count = "count.jobs"
)
