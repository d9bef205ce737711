package words

import (
	"strconv"
	"strings"
	"time"
)

// Ago gives a time as people say it, in the time zone of now: "just now", "2 min
// ago", "today 09:12", "yesterday 17:40", "Tue 18 Nov", and with the year where
// it is another one. The zero time is "".
func Ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(now.Location())
	switch over := now.Sub(t); {
	case over < time.Minute && over > -time.Minute:
		return T("times.now")
	case over > 0 && over < time.Hour:
		return T("times.minutes_ago", "n", int(over/time.Minute))
	}
	switch day := midnight(now); {
	case midnight(t).Equal(day):
		return T("times.today", "clock", Clock(t))
	case midnight(t).Equal(midnight(day.AddDate(0, 0, -1))):
		return T("times.yesterday", "clock", Clock(t))
	case t.Year() != now.Year():
		return Date(t)
	}
	return T("times.day", "weekday", part("times.weekdays", int(t.Weekday())), "day", t.Day(), "month", month(t))
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Left gives the time that something will still take: "about 1 h 20 min".
func Left(d time.Duration) string { return T("times.about", "span", Span(max(d, time.Minute))) }

// Span gives how long something took: "40 s", "4 min", "3 h 41 min", "2 days".
func Span(d time.Duration) string {
	if d < time.Minute {
		return T("times.seconds", "n", int(max(d, 0).Round(time.Second)/time.Second))
	}
	d = d.Round(time.Minute)
	switch h, m := int(d/time.Hour), int(d%time.Hour/time.Minute); {
	case h >= 48:
		return N("times.days", (h+12)/24)
	case h == 0:
		return T("times.minutes", "n", m)
	case m == 0:
		return T("times.hours", "n", h)
	default:
		return T("times.hours_minutes", "hours", h, "minutes", m)
	}
}

// Clock gives the time of day in t's time zone: "09:12".
func Clock(t time.Time) string { return t.Format("3:04 PM") }

// Date gives the day in t's time zone: "18 Nov 2025". The zero time is "".
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return T("times.date", "day", t.Day(), "month", month(t), "year", strconv.Itoa(t.Year()))
}

// Month gives a month's whole name, in lower case where the language wants it.
func Month(t time.Time) string { return part("times.whole_months", int(t.Month())-1) }

func month(t time.Time) string { return part("times.months", int(t.Month())-1) }

// part gives one word of a text that is a list of them.
func part(key string, n int) string {
	list := strings.Fields(T(key))
	if n >= len(list) {
		return ""
	}
	return list[n]
}
