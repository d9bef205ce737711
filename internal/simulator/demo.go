package simulator

import (
	"time"

	"dormer/internal/hover"
)

// Empty is an account with its people and nothing else.
func Empty() Account {
	return Account{
		Org: "492855", OrgName: "Copper Ridge Exteriors",
		Users: []hover.User{
			{ID: "1153372", Email: "maria.keller@copperridge.example", FirstName: "Maria", LastName: "Keller", Role: "admin",
				State: "activated"},
			{ID: "1153380", Email: "sam.okafor@copperridge.example", FirstName: "Sam", LastName: "Okafor", Role: "admin",
				State: "activated"},
			{ID: "1153391", Email: "lee.tran@copperridge.example", FirstName: "Lee", LastName: "Tran", Role: "crew",
				State: "activated"},
		},
	}
}

// Demo is a small contractor's account: a dozen addresses, some finished, some
// under way, with scripts that [Simulator.Play] follows.
func Demo() Account {
	const day = 24 * time.Hour
	a := Empty()
	a.Jobs = []JobSpec{
		{
			ID: "19402492", ExternalID: "ORD-20731",
			Address:  address("1420 Sycamore Lane", "Carmel", "IN", "46033", "39.9784", "-86.1180"),
			Customer: customer("Dana Whitfield", "dana.whitfield@example.com", "317-555-0143"),
			State:    hover.JobProcessing, Age: 4 * time.Hour, Since: 12 * time.Minute,
			Structures: []StructureSpec{
				{ID: "17338410", Name: "House", Sample: "sycamore-house", Photos: 38},
				{ID: "17338411", Name: "Detached garage", Deliverable: "2", Sample: "sycamore-garage", Photos: 12},
				{ID: "17338412", Name: "Shed", Fails: "Photos too dark to measure. Take 8 new ones in daylight, all corners."},
			},
			Script: []Step{{2500 * time.Millisecond, hover.JobPaying}, {3500 * time.Millisecond, hover.JobCompleted}},
		},
		{
			ID: "19402510", ExternalID: "ORD-20744",
			Address:  address("88 Harbor View Rd", "Portland", "ME", "04102", "43.6591", "-70.2568"),
			Customer: customer("Priya Raman", "priya.raman@example.com", "207-555-0117"),
			State:    hover.JobProcessing, Age: 3 * time.Hour, Since: 40 * time.Minute,
			Structures: []StructureSpec{{ID: "17338425", Sample: "harbor-house", Photos: 24}},
			Script:     []Step{{15 * time.Second, hover.JobPaying}, {3 * time.Second, hover.JobCompleted}},
		},
		{
			ID: "19402377", Name: "Ramirez", ExternalID: "ORD-20702",
			Address:  address("5 Cedar Ct", "Austin", "TX", "78704", "30.2437", "-97.7612"),
			Customer: customer("Elena Ramirez", "elena.ramirez@example.com", "512-555-0190"),
			State:    hover.JobCompleted, Age: 9 * time.Hour, Since: 3 * time.Hour,
			Structures: []StructureSpec{{ID: "17338301", Sample: "cedar-house", Photos: 19}},
			Papers:     []MaterialsSpec{{ID: "715622"}},
		},
		{
			ID: "19402488", ExternalID: "ORD-20729",
			Address:  address("12 Mill Street", "Dayton", "OH", "45402", "39.7619", "-84.1899"),
			Customer: customer("Gus Hartmann", "gus.hartmann@example.com", ""),
			State:    hover.JobProcessing, Age: 5 * time.Hour, Since: time.Hour,
			Structures: []StructureSpec{{ID: "17338402", Fails: "Not enough photos of the rear side.", Photos: 6}},
			Script:     []Step{{10 * time.Second, hover.JobFailed}},
		},
		{
			ID: "19402350", ExternalID: "ORD-20695",
			Address:  address("301 Lake Shore Dr", "Madison", "WI", "53705", "43.0836", "-89.4401"),
			Customer: customer("Annika Lindqvist", "annika@example.com", "608-555-0128"),
			State:    hover.JobWaitingApproval, Age: 30 * time.Hour, Since: 22 * time.Hour,
			Structures: []StructureSpec{{ID: "17338277", Sample: "lakeshore-house", Photos: 21}},
		},
		{
			ID: "19402533", Name: "Okafor garage", Address: address("77 Pine Ave", "Boise", "ID", "83702", "43.6207", "-116.2023"),
			Customer: customer("Chidi Okafor", "chidi.okafor@example.com", "208-555-0161"),
			State:    hover.JobUploading, Age: 6 * time.Minute, Since: 2 * time.Minute,
			Structures: []StructureSpec{{ID: "17338440", Name: "Garage", Sample: "pine-garage", Photos: 11}},
			Script: []Step{
				{time.Second, hover.JobProcessingUpload}, {11 * time.Second, hover.JobWorking}, {8 * time.Second, hover.JobProcessing},
				{6 * time.Second, hover.JobPaying}, {3 * time.Second, hover.JobCompleted},
			},
		},
		{
			ID: "19402519", ExternalID: "ORD-20746",
			Address:  address("1906 Prairie Ave", "Omaha", "NE", "68102", "41.2565", "-95.9345"),
			Customer: customer("Tom Beecher", "tom.beecher@example.com", ""),
			State:    hover.JobWorking, Age: 80 * time.Minute, Since: 50 * time.Minute,
			Structures: []StructureSpec{{ID: "17338431", Sample: "cedar-house", Photos: 17}},
			Script: []Step{
				{8 * time.Second, hover.JobWaitingApproval}, {14 * time.Second, hover.JobProcessing},
				{14 * time.Second, hover.JobPaying}, {3 * time.Second, hover.JobCompleted},
			},
		},
		{
			ID: "19401988", ExternalID: "ORD-20655",
			Address:  address("9 Quarry Hill", "Barre", "VT", "05641", "44.1970", "-72.5020"),
			Customer: customer("Ines Caron", "ines.caron@example.com", "802-555-0108"),
			State:    hover.JobCompleted, Age: 4 * day, Since: 3 * day,
			Structures: []StructureSpec{{ID: "17337860", Deliverable: "2", Sample: "quarry-roof", Photos: 14}},
		},
		{
			ID: "19401940", ExternalID: "ORD-20648",
			Address:  address("640 Juniper St", "Flagstaff", "AZ", "86001", "35.1983", "-111.6513"),
			Customer: customer("Walt Begay", "walt.begay@example.com", "928-555-0154"),
			State:    hover.JobCompleted, Age: 5 * day, Since: 4 * day,
			Structures: []StructureSpec{
				{ID: "17337811", Name: "House", Sample: "juniper-house", Photos: 27},
				{ID: "17337812", Name: "Barn", Sample: "juniper-barn", Photos: 15},
			},
		},
		{
			ID: "19401702", ExternalID: "ORD-20611",
			Address:  address("2210 Alder Creek Ct", "Bend", "OR", "97701", "44.0582", "-121.3153"),
			Customer: customer("Joanne Pruitt", "jpruitt@example.com", "541-555-0172"),
			State:    hover.JobCompleted, Age: 9 * day, Since: 8 * day,
			Structures: []StructureSpec{{ID: "17337590", Sample: "alder-house", Photos: 22}},
		},
		{
			ID: "19401655", Address: address("418 Wisteria Way", "Savannah", "GA", "31401", "32.0809", "-81.0912"),
			Customer: customer("Marcus Dell", "marcus.dell@example.com", ""),
			State:    hover.JobCancelled, Age: 11 * day, Since: 10 * day,
			Structures: []StructureSpec{{ID: "17337544", State: "cancelled", Photos: 3}},
		},
		{
			ID: "19401610", ExternalID: "ORD-20590",
			Address:  address("55 Chapel Hill Rd", "Asheville", "NC", "28801", "35.5951", "-82.5515"),
			Customer: customer("Ruth Nakamura", "ruth.nakamura@example.com", "828-555-0136"),
			State:    hover.JobCompleted, Age: 13 * day, Since: 12 * day,
			Structures: []StructureSpec{{ID: "17337501", Sample: "lakeshore-house", Photos: 20}},
		},
		{
			ID: "19398812", ExternalID: "ORD-20117",
			Address:  address("31 Old Post Rd", "Concord", "NH", "03301", "43.2081", "-71.5376"),
			Customer: customer("Peter Aldous", "p.aldous@example.com", ""),
			State:    hover.JobCompleted, Age: 200 * day, Since: 199 * day, Archived: true,
			Structures: []StructureSpec{{ID: "17334120", Sample: "alder-house"}},
		},
	}
	a.Captures = []CaptureSpec{{
		ID: "883201", Name: "Hannah Voss", Email: "hannah.voss@example.com", Phone: "970-555-0185", JobName: "Voss residence",
		ExternalID: "ORD-20751",
		Address:    address("720 Aspen Ridge Dr", "Fort Collins", "CO", "80521", "40.5853", "-105.0844"), Deliverable: "3",
		Age: 2 * time.Hour,
	}}
	return a
}

func address(line, city, region, postal, lat, lon string) hover.Address {
	return hover.Address{
		Line1: line, City: city, Region: region, PostalCode: postal, Country: "US", Latitude: lat, Longitude: lon,
	}
}

func customer(name, email, phone string) hover.Customer {
	return hover.Customer{Name: name, Email: email, Phone: phone}
}
