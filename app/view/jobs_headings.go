package view

import (
	"strconv"
	"time"

	"dormer/internal/words"
)

// Heading stands above the first row of a stretch of days.
type Heading struct {
	Row  int
	Says string // "Today", "October"
}

// How far back the headings are of months, and then of years.
const headedMonths, headedYears = 12, 10

// stretch is a stretch of days, from a moment to that of the one before it.
type stretch struct {
	since time.Time
	says  string
}

// stretches gives those that a list is divided into, the latest first.
func stretches(now time.Time) (list []stretch) {
	add := func(since time.Time, says string) {
		if len(list) == 0 || since.Before(list[len(list)-1].since) {
			list = append(list, stretch{since, says})
		}
	}
	y, m, d := now.Date()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, now.Location()) }
	add(day(y, m, d), words.T("jobs.head_today"))
	add(day(y, m, d-1), words.T("jobs.head_yesterday"))
	add(day(y, m, d-int(now.Weekday())), words.T("jobs.head_week"))
	add(day(y, m, 1), words.T("jobs.head_month"))
	for n := 1; n <= headedMonths; n++ {
		month := day(y, m-time.Month(n), 1)
		says := words.Month(month)
		if month.Year() != y {
			says += " " + strconv.Itoa(month.Year())
		}
		add(month, says)
	}
	for n := 1; n <= headedYears; n++ {
		add(day(y-n, 1, 1), strconv.Itoa(y-n))
	}
	return list
}

// headings gives the headings of a list of which so many rows are in each stretch or
// a later one.
func headings(list []stretch, since []int, rows int) (heads []Heading) {
	row := 0
	for i, n := range since {
		if n > row && i < len(list) {
			heads = append(heads, Heading{row, list[i].says})
			row = n
		}
	}
	if len(since) > 0 && row < rows {
		heads = append(heads, Heading{row, words.T("jobs.head_older")})
	}
	return heads
}
