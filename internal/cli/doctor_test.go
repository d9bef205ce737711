package cli

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dormer/internal/control"
	"dormer/internal/control/controltest"
	"dormer/internal/engine"
	"dormer/internal/say"
)

const (
	dnsLine    = `{"name":"dns","state":"green","says":"The address of hover.to is found","do":""}`
	notifyLine = `{"name":"notifications","state":"amber","says":"No desktop takes notifications","do":"Start Dormer in the session."}`
)

func TestTheDoctorSaysWhatIsAndWhatToDo(t *testing.T) {
	d := newDesk(t)
	d.want(exitDone, "● good  Addresses of servers (DNS)  The address of hover.to is found\n▲ look  Notifications               No desktop takes notifications. Start Dormer in the session.\n", "", "doctor")
	d.want(exitDone, dnsLine+"\n"+notifyLine+"\n", "", "doctor", "--json")
	d.running(control.Info{PID: 42})
	d.want(exitDone, dnsLine+"\n"+notifyLine+"\n", "", "doctor", "--json")
	d.want(exitUsage, "", "…\n", "doctor", "now")
}

func TestARedFindingFailsTheDoctor(t *testing.T) {
	d := newDesk(t)
	d.svc.FindingList = append(d.svc.FindingList,
		engine.Finding{Name: "hover", State: engine.Red, Says: say.Words("Hover cannot be reached."), Do: say.Words("Check the internet connection.")},
		engine.Finding{Name: "tunnel", State: engine.Red, Says: say.Words("ngrok cannot be reached"), Do: say.Words("Wait.")})
	d.want(exitFailed, dnsLine+"…", "dormer: Not all is well (Hover and Tunnel): Hover cannot be reached. Check the internet connection.\n", "doctor", "--json")
	d.want(exitFailed, "…✖ bad   Tunnel                      ngrok cannot be reached. Wait.\n", "dormer: Not all is well…\n", "doctor")
}

func TestADataFolderThatCannotBeOpenedIsItselfAFinding(t *testing.T) {
	d := newDesk(t)
	load := d.rooms.load
	d.rooms.load = func(f flags, getenv func(string) string) (place, error) {
		p, err := load(f, getenv)
		p.reads = func() (reads, error) {
			return nil, &say.Error{What: say.Words("The database is damaged"), Do: say.Words("Start Dormer.")}
		}
		p.broken = func(why error) reads {
			m := controltest.New()
			m.FindingList = []engine.Finding{{Name: "running", State: engine.Red, Says: say.Words(why.Error())}}
			return closed{m}
		}
		return p, err
	}
	d.want(exitFailed, "✖ bad  Dormer itself  The database is damaged. Start Dormer.\n", "dormer: Not all is well (Dormer itself)…\n", "doctor")
}

func TestADeliveryThatNobodyReadsIsWrittenForThisUserAlone(t *testing.T) {
	d := newDesk(t)
	path := filepath.Join(t.TempDir(), "delivery.json")
	for range 2 { // from a closed data directory, and from a running Dormer over it
		d.want(exitDone, "", path+" is written. It holds the webhook's signing secret…delete it when you are done.\n", "doctor", "--delivery", path)
		b, err := os.ReadFile(path)
		if err != nil || string(b) != "{\"secret\": \"s3cret\"}\n" {
			t.Errorf("it holds %q, %v", b, err)
		}
		if i, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && i.Mode().Perm() != 0o600 {
			t.Errorf("it is %v, %v", i, err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		d.running(control.Info{PID: 42})
	}
	d.svc.Fail(errors.New("there is none"))
	d.want(exitFailed, "", "dormer: there is none\n", "doctor", "--delivery", path)
}

func TestTheDiagnosticsAreListedBeforeTheyAreWritten(t *testing.T) {
	d := newDesk(t)
	path := filepath.Join(t.TempDir(), "for help.zip")
	_, out, said := d.dormer("doctor", "--out", path)
	list := "bytes  this list\n  findings.json       11 bytes  what the doctor found\nIt is written. Look into it before you send it.\n"
	if !strings.HasSuffix(out, list) || !strings.Contains(out, "In "+path+":\n  manifest.txt") || said != "" {
		t.Errorf("it printed %q and said %q", out, said)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Name+": "+string(b))
	}
	if err := z.Close(); err != nil { // before it is written anew, which Windows refuses while it is open
		t.Fatal(err)
	}
	if got := strings.Join(all, ""); !strings.HasPrefix(got, "manifest.txt: Dormer's diagnostics") || !strings.HasSuffix(got, "findings.json: 2 findings\n") {
		t.Errorf("the zip holds %q", got)
	}
	// A script's stdout has findings alone.
	d.want(exitDone, dnsLine+"\n"+notifyLine+"\n", "…manifest.txt…It is written…\n", "doctor", "--json", "--out", path)
	d.want(exitFailed, "…", "…could not be written…\n", "doctor", "--out", filepath.Join(path, "x.zip"))
	d.svc.Fail(errors.New("no more"))
	d.want(exitFailed, "", "dormer: no more\n", "doctor")
}
