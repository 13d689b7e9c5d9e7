// The inventory service of the example as an ordinary Linux program: the same answers to the same questions.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

var stock = map[string]int{"apple": 12, "pear": 3, "quince": 0}

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	http.HandleFunc("/stock/", func(w http.ResponseWriter, r *http.Request) {
		item := strings.TrimPrefix(r.URL.Path, "/stock/")
		have, known := stock[item]
		if !known {
			http.Error(w, item+" is not an item of this shop", http.StatusNotFound)
			return
		}
		w.Header().Set("content-type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"item": item, "stock": have, "traceparent": r.Header.Get("traceparent")})
	})
	go http.ListenAndServe(":8080", nil)
	stop := make(chan os.Signal, 1) // process 1 of a container dies of no signal it does not ask for
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
}
