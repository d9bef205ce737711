package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dormer/internal/hover"
)

// artifact answers a structure's link: a redirect to the storage host, once
// the file is there.
func (s *Simulator) artifact(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	m := s.models[hover.ModelID(r.PathValue("id"))]
	s.mu.Unlock()
	s.give(w, r, m, r.PathValue("file"))
}

// jobArtifact answers the older links, which name a job: those of its first
// measured structure.
func (s *Simulator) jobArtifact(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var m *modelRow
	if j := s.jobs[hover.JobID(r.PathValue("id"))]; j != nil {
		for _, each := range j.models {
			if m == nil && each.state == hover.ModelCompleted {
				m = each
			}
		}
	}
	s.mu.Unlock()
	s.give(w, r, m, r.PathValue("file"))
}

func (s *Simulator) give(w http.ResponseWriter, r *http.Request, m *modelRow, file string) {
	if _, known := s.actingByQuery(r); !known && s.Faults().NeedActingUser {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	version := r.URL.Query().Get("version")
	s.mu.Lock()
	ready := m != nil && m.state == hover.ModelCompleted && !s.faults.ArtifactNotReady.take()
	if ready && strings.HasSuffix(file, ".esx") {
		ready = !s.now().Before(m.ready.Add(s.faults.ESXDelay)) // later than the rest (Hover's docs)
	}
	if ready {
		_, _, ready = s.fileOf(m, file, version)
	}
	loop := ready && s.faults.RedirectLoop.take()
	location := ""
	if ready {
		location = s.storageLink("models/"+string(m.id)+"/"+file, version)
	}
	s.mu.Unlock()
	switch {
	case !ready:
		s.notReady(w)
	case loop:
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
	default:
		http.Redirect(w, r, location, http.StatusFound)
	}
}

// image answers a photo's link; without a good bearer with 403 (observed).
func (s *Simulator) image(w http.ResponseWriter, r *http.Request) {
	token, ok := bearer(r)
	if !ok || !s.uses(token) {
		s.refuse(w, http.StatusForbidden, "image", "access denied")
		return
	}
	s.mu.Lock()
	row, ok := s.images[hover.ImageID(r.PathValue("id"))]
	ok = ok && row.model.state != hover.ModelUploading
	location := s.storageLink("images/"+r.PathValue("id")+"/image.jpg", "")
	s.mu.Unlock()
	if !ok {
		s.refuse(w, http.StatusNotFound, "image", "not found")
		return
	}
	http.Redirect(w, r, location, http.StatusFound)
}

// storageLink makes a link to the storage host that is good for a while;
// callers hold mu.
func (s *Simulator) storageLink(path, version string) string {
	q := url.Values{"expires": {strconv.FormatInt(s.now().Add(s.faults.LinkLife).Unix(), 10)}}
	if version != "" {
		q.Set("version", version)
	}
	q.Set("signature", s.linkMAC(path, version, q.Get("expires")))
	if s.faults.StorageAtHover {
		return s.apiURL + storageAtHover + "/" + path + "?" + q.Encode()
	}
	return s.storeURL + "/" + path + "?" + q.Encode()
}

func (s *Simulator) linkMAC(path, version, expires string) string {
	mac := hmac.New(sha256.New, s.linkBy)
	_, _ = fmt.Fprintf(mac, "%s\n%s\n%s", path, version, expires)
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Simulator) storageHandler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /models/{id}/{file}", func(w http.ResponseWriter, r *http.Request) {
		version := r.URL.Query().Get("version")
		s.mu.Lock()
		var b []byte
		var kind string
		row := s.models[hover.ModelID(r.PathValue("id"))]
		if row != nil {
			b, kind, _ = s.fileOf(row, r.PathValue("file"), version)
		}
		s.mu.Unlock()
		s.store(w, r, r.PathValue("file"), kind, b)
	})
	m.HandleFunc("GET /images/{id}/{file}", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		var b []byte
		if row, ok := s.images[hover.ImageID(r.PathValue("id"))]; ok {
			b = photoOf(row)
		}
		s.mu.Unlock()
		s.store(w, r, r.PathValue("file"), "image/jpeg", b)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, true, m) })
}

// store answers as S3 does: only by the link's own signature, never to a
// request that carries an Authorization header beside it.
func (s *Simulator) store(w http.ResponseWriter, r *http.Request, name, kind string, b []byte) {
	q := r.URL.Query()
	expires, err := strconv.ParseInt(q.Get("expires"), 10, 64)
	want := s.linkMAC(strings.TrimPrefix(r.URL.Path, "/"), q.Get("version"), q.Get("expires"))
	switch {
	case r.Header.Get("Authorization") != "" && !s.Faults().StorageAtHover:
		storeError(w, http.StatusBadRequest, "InvalidArgument",
			"Only one auth mechanism allowed; only the signature query parameter or the Authorization header should be specified")
		return
	case err != nil || !hmac.Equal([]byte(want), []byte(q.Get("signature"))):
		storeError(w, http.StatusForbidden, "SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you provided.")
		return
	case s.now().Unix() > expires:
		storeError(w, http.StatusForbidden, "AccessDenied", "Request has expired")
		return
	case b == nil:
		storeError(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	case s.strike(func(f *Faults) *Times { return &f.Artifact500 }):
		storeError(w, http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again.")
		return
	case s.strike(func(f *Faults) *Times { return &f.ArtifactHTML200 }):
		page(w, http.StatusOK, "Please sign in", "Your session has ended.", "")
		return
	}
	declared := len(b)
	cut := false
	switch {
	case s.strike(func(f *Faults) *Times { return &f.ArtifactEmpty }):
		b, declared = nil, 0
	case s.strike(func(f *Faults) *Times { return &f.ArtifactWrongLength }):
		b, declared = b[:len(b)/2], len(b)/2
	case s.strike(func(f *Faults) *Times { return &f.ArtifactTruncated }):
		b, cut = b[:len(b)/2], true
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(declared))
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	w.WriteHeader(http.StatusOK)
	s.pour(w, r, b)
	if cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// pour writes a file, slowly if the switch says so.
func (s *Simulator) pour(w http.ResponseWriter, r *http.Request, b []byte) {
	pause := s.Faults().ArtifactSlow
	if pause <= 0 {
		_, _ = w.Write(b)
		return
	}
	ctx, cancel := s.until(r.Context())
	defer cancel()
	for part := range slices.Chunk(b, len(b)/16+1) {
		if _, err := w.Write(part); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		if !sleep(ctx, pause) {
			panic(http.ErrAbortHandler)
		}
	}
}

func storeError(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message></Error>`,
		code, text)
}

// notReady answers for an artifact that is not there yet.
func (s *Simulator) notReady(w http.ResponseWriter) {
	switch as := s.Faults().NotReadyAs; as {
	case "empty":
		w.Header().Set("Content-Type", "application/pdf")
		w.WriteHeader(http.StatusOK)
	case "page":
		page(w, http.StatusOK, "Not yet", "This file is still being prepared.", "")
	case "202", "409", "422":
		status, _ := strconv.Atoi(as) // one of these three
		s.refuse(w, status, "artifact", "is not ready")
	default:
		s.refuse(w, http.StatusNotFound, "artifact", "not found")
	}
}

// storageAtHover serves the storage host's paths on Hover's own origin.
const storageAtHover = "/storage"
