package storage

import (
	"encoding/json"
	"fmt"
	"iter"
)

// Settings are what the person has chosen, docs what the engine keeps for
// itself (webhooks it owns, how far catch-up has come). Neither holds secrets.

// Setting gives the value of a setting; false if it was never set.
func (tx *Tx) Setting(key string) (string, bool) {
	v := tx.get(bucketSettings, []byte(key))
	return string(v), v != nil
}

// PutSetting sets a setting. An empty value is a value.
func (tx *Tx) PutSetting(key, value string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return tx.put(bucketSettings, []byte(key), []byte(value))
}

// DeleteSetting makes a setting unset; it need not be set.
func (tx *Tx) DeleteSetting(key string) error { return tx.drop(bucketSettings, []byte(key)) }

// Settings gives all settings.
func (tx *Tx) Settings() map[string]string {
	all := map[string]string{}
	for k, v := range rows(tx.bucket(bucketSettings), nil, nil, false) {
		all[string(k)] = string(v)
	}
	return all
}

// Doc decodes the document of that key into the value that into points at;
// false, and into untouched, if there is none.
func (tx *Tx) Doc(key string, into any) (bool, error) {
	return tx.getJSON(bucketDocs, []byte(key), into)
}

// PutDoc stores v, as JSON, as the document of that key.
func (tx *Tx) PutDoc(key string, v any) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return tx.putJSON(bucketDocs, []byte(key), v)
}

// Docs gives the documents whose keys begin with a text, by key: valid until the
// next step.
func (tx *Tx) Docs(begin string) iter.Seq2[string, json.RawMessage] {
	return func(yield func(string, json.RawMessage) bool) {
		for k, v := range rows(tx.bucket(bucketDocs), []byte(begin), pastKey([]byte(begin)), false) {
			if !yield(string(k), v) {
				return
			}
		}
	}
}

// DeleteDoc deletes the document of that key; there need not be one.
func (tx *Tx) DeleteDoc(key string) error { return tx.drop(bucketDocs, []byte(key)) }

func checkKey(key string) error {
	if key == "" {
		return fmt.Errorf("storage: an empty key")
	}
	return checkName("key", key)
}
