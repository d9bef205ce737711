package simulator

import (
	"net/http"
	"strings"
)

func (s *Simulator) apiHandler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /oauth/authorize", s.authorize)
	for _, slash := range []string{"", "/{$}"} { // one of Hover's pages has the slash
		m.HandleFunc("POST /oauth/token"+slash, s.exchange)
	}
	m.HandleFunc("POST /oauth/revoke", s.revoke)

	m.HandleFunc("POST /api/v2/webhooks", s.signedIn(s.registerWebhook))
	m.HandleFunc("GET /api/v2/webhooks", s.signedIn(s.listWebhooks))
	m.HandleFunc("GET /api/v2/webhooks/{id}", s.signedIn(s.showWebhook))
	m.HandleFunc("DELETE /api/v2/webhooks/{id}", s.signedIn(s.removeWebhook))
	m.HandleFunc("POST /api/v2/webhooks/{id}/request_verification", s.signedIn(s.resendCode))
	m.HandleFunc("PUT /api/v2/webhooks/{id}/verify", s.verifyWebhook)

	m.HandleFunc("GET /api/v3/jobs", s.signedIn(s.listJobs))
	m.HandleFunc("GET /api/v3/jobs/{id}", s.signedIn(s.showJob))
	m.HandleFunc("POST /api/v3/jobs/test_job", s.signedIn(s.createTestJob))
	m.HandleFunc("PATCH /api/v2/jobs/{id}/set_test_state.json", s.signedIn(s.setTestState))
	m.HandleFunc("GET /api/v3/models/{id}/artifacts/{file}", s.signedIn(s.artifact))
	m.HandleFunc("GET /api/v2/jobs/{id}/{file}", s.signedIn(s.jobArtifact))
	m.HandleFunc("GET /api/v2/images/{id}/image.jpg", s.image)

	m.HandleFunc("GET /api/v2/users", s.signedIn(s.listUsers))
	m.HandleFunc("GET /api/v2/users/profile", s.signedIn(s.profile))
	m.HandleFunc("GET /api/v1/orgs", s.signedIn(s.listOrgs))

	m.HandleFunc("POST /api/v2/capture_requests", s.signedIn(s.createCapture))
	m.HandleFunc("GET /api/v2/capture_requests", s.signedIn(s.listCaptures))
	m.HandleFunc("GET /api/v2/capture_requests/{id}/details", s.signedIn(s.showCapture))
	m.HandleFunc("GET /api/v2/capture_requests/{id}", s.captureLink)
	m.HandleFunc("DELETE /api/v2/capture_requests/{id}", s.signedIn(s.deleteCapture))

	m.HandleFunc("GET /api/v2/inspections/{id}", s.signedIn(s.inspection))
	m.HandleFunc("GET /api/inspection/checklists/latest", s.signedIn(s.checklist))
	m.HandleFunc("GET /api/v1/jobs/{id}/estimates", s.signedIn(s.materialLists))
	m.HandleFunc("GET /api/v1/estimates/{id}", s.signedIn(s.materialList))

	m.Handle("GET "+storageAtHover+"/",
		http.StripPrefix(storageAtHover, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.storage.ServeHTTP(w, r)
		})))

	m.HandleFunc("GET /3d/{id}", s.viewPage)
	m.HandleFunc("GET /wr/jobs/{id}", s.jobPage)
	m.HandleFunc("POST /wr/jobs/{id}/approve", s.approvePage)
	m.HandleFunc("GET /capture/{identifier}", s.capturePage)
	m.HandleFunc("POST /capture/{identifier}", s.takePhotos)
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, http.StatusNotFound, "path", "not found")
	})

	// Pages of other sites must not press buttons here.
	own := http.NewCrossOriginProtection()
	control := own.Handler(http.StripPrefix("/simulator", s.controlHandler()))
	hover := own.Handler(m)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		if strings.HasPrefix(r.URL.Path, "/simulator/") {
			control.ServeHTTP(w, r)
			return
		}
		s.serve(w, r, false, hover)
	})
}
