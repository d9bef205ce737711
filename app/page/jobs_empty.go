package page

import (
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/words"
)

// whyEmpty gives what stands in place of a list without rows: why there are none, what
// to do now, and what the button does; no title is nothing at all.
func (j *Jobs) whyEmpty(s view.JobsState) (title, says, action string, do func()) {
	elsewhere := s.Counts[engine.GroupAll] // in other groups
	switch {
	case s.Problem != nil:
		return words.T("jobs.problem_title"), words.Error(s.Problem), words.T("jobs.try_again"), j.v.Reload
	case !s.Loaded:
		return "", "", "", nil
	case s.Search != "" && elsewhere > 0:
		return words.T("jobs.no_match_title", "search", s.Search), words.N("jobs.no_match_others", elsewhere),
			words.T("jobs.show_all"), func() { j.v.Show(engine.GroupAll) }
	case s.Search != "" && s.AtHover.Running:
		return words.T("jobs.no_match_title", "search", s.Search), words.T("jobs.no_match_says"), "", nil
	case s.Search != "":
		return words.T("jobs.no_match_title", "search", s.Search), words.T("jobs.no_match_says"),
			words.T("jobs.search_at_hover"), j.v.SearchAtHover
	case s.Show != engine.ShowAll || s.CapturedBy != "":
		return words.T("jobs.none_shown"), words.T("jobs.none_shown_says"), words.T("jobs.show_all"), func() {
			j.v.List(engine.ShowAll)
			j.v.Captured("")
		}
	case s.Group == engine.GroupInProgress:
		return words.T("jobs.none_in_progress"), words.T("jobs.none_in_progress_says"), "", nil
	case s.Group == engine.GroupFinished:
		return words.T("jobs.none_finished"), words.T("jobs.none_finished_says"), "", nil
	case s.Group == engine.GroupFailed:
		return words.T("jobs.none_failed"), words.T("jobs.none_failed_says"), "", nil
	case s.Group == engine.GroupApproval:
		return words.T("jobs.none_approval"), words.T("jobs.none_approval_says"), "", nil
	case !s.SignedIn:
		return words.T("jobs.setup_title"), words.T("jobs.setup_says"), words.T("jobs.setup_start"), j.nav.ShowWizard
	case s.AtHover.Running:
		return words.T("jobs.empty_title"), words.T("jobs.empty_says"), "", nil
	}
	return words.T("jobs.empty_title"), words.T("jobs.empty_says"), words.T("jobs.empty_ask"), j.v.SearchAtHover
}
