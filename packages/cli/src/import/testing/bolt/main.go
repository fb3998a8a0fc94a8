// Writes a file of bbolt as its first argument says: what the reader has to be able to read, written by bbolt itself.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	bolt "go.etcd.io/bbolt"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	db, err := bolt.Open(os.Args[1], 0600, &bolt.Options{PageSize: 4096})
	must(err)
	must(db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("Empty"))
		must(err)
		small, err := tx.CreateBucket([]byte("Small"))
		must(err)
		must(small.Put([]byte("a"), []byte(`{"name":"ä"}`)))
		_, err = small.CreateBucket([]byte("inner"))
		return err
	}))
	// Enough for branches, and values of several pages.
	must(db.Update(func(tx *bolt.Tx) error {
		large, err := tx.CreateBucket([]byte("Large"))
		must(err)
		for i := uint64(0); i < 5000; i++ {
			key := make([]byte, 8)
			binary.BigEndian.PutUint64(key, i)
			value := fmt.Sprintf("value %d", i)
			if i%1000 == 7 {
				value += strings.Repeat("x", 20000)
			}
			must(large.Put(key, []byte(value)))
		}
		return nil
	}))
	must(db.Update(func(tx *bolt.Tx) error {
		key := make([]byte, 8)
		return tx.Bucket([]byte("Large")).Delete(key)
	}))
	// More entries, as JSON texts: those of an original Gaia's pipelines.
	if len(os.Args) > 2 {
		var texts []json.RawMessage
		file, err := os.ReadFile(os.Args[2])
		must(err)
		must(json.Unmarshal(file, &texts))
		must(db.Update(func(tx *bolt.Tx) error {
			pipelines, err := tx.CreateBucket([]byte("Pipelines"))
			must(err)
			for i, text := range texts {
				key := make([]byte, 8)
				binary.BigEndian.PutUint64(key, uint64(i+1))
				must(pipelines.Put(key, text))
			}
			return nil
		}))
	}
	must(db.Close())
}
